using Inro.Spec.Image;

namespace Inro.Images.Registry;

/// <summary>Layers that a registry may not hold: their descriptors say where they are had. What comes from there counts by its digest alone.</summary>
/// <remarks>Source: OCI image-spec v1.1.1, descriptor.md "urls" and layer.md "Non-Distributable Layers". Nobody is told who asks.</remarks>
/// <param name="options">How servers are asked.</param>
internal sealed class ForeignLayers(RegistryOptions options) : IDisposable
{
    /// <summary>Addresses of one layer that are tried: an image decides how many it names.</summary>
    private const int MostAddresses = 4;

    private readonly Dictionary<string, RegistryClient> clients = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Where a layer of this kind is had, the first to be tried first; empty for all others.</summary>
    public static IReadOnlyList<Uri> AddressesOf(Descriptor layer)
    {
        List<Uri> addresses = [];
        foreach (string text in MediaTypes.IsForeign(layer.MediaType) ? layer.Urls ?? [] : [])
        {
            bool isOfTheWeb = Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
            if (isOfTheWeb && addresses.Count < MostAddresses) { addresses.Add(address!); }
        }

        return addresses;
    }

    /// <summary>Asks one after the other; where nobody has it the last one's reason is told.</summary>
    public HttpResponseMessage Request(IReadOnlyList<Uri> addresses, long from, long? last, CancellationToken ct)
    {
        for (int i = 0; ; i++)
        {
            try { return ClientOf(addresses[i]).RequestFile(addresses[i], from, last, ct); }
            catch (RegistryException) when (i < addresses.Count - 1)
            {
                // the next one is asked
            }
        }
    }

    public void Dispose()
    {
        foreach (RegistryClient client in clients.Values) { client.Dispose(); }
    }

    private RegistryClient ClientOf(Uri address)
    {
        lock (clients)
        {
            if (!clients.TryGetValue(address.Authority, out RegistryClient? client))
            {
                var host = new RegistryHost { Name = address.Authority, Address = address.Authority };
                clients[address.Authority] = client = new RegistryClient(host, options with { FindCredentials = static _ => null });
            }

            return client;
        }
    }
}
