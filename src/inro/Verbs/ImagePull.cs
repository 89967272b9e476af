using Inro.Cli.Output;
using Inro.Engine.Registries;
using Inro.Images.Pulls;
using Inro.Server;
using Inro.Spec;

namespace Inro.Cli.Verbs;

/// <summary>Pulls an image and tells how it comes on, in docker's words.</summary>
internal sealed class ImagePull(Session session, RegistryAccess access, ProgressStyle style, CancellationToken ct)
{
    /// <summary>Said to registries.</summary>
    public static string UserAgent => $"inro/{ProductVersion.Text}";

    /// <summary>For which machine; null: this one.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Whether standard output belongs to somebody else: to the container that is about to run.</summary>
    public bool TellsOnError { get; init; }

    public void Pull(ImageReference reference)
    {
        var screen = style == ProgressStyle.None ? null : new TransferScreen(style, "Downloading", TellsOnError);
        bool speaks = style is ProgressStyle.Auto or ProgressStyle.Plain;
        if (speaks) { Tell($"{reference.Digest?.ToString() ?? reference.Tag}: Pulling from {reference.Repository}"); }

        PulledImage pulled = ImagePolicy.WithRoom(session, () => session.Images.Pull(reference, access, Platform, screen, ct));
        ImagePolicy.Apply(session, pulled.Result.Images.Select(static i => i.Config.ToString()));
        if (speaks)
        {
            Tell($"Digest: {pulled.Target}");
            Tell(pulled.IsNew ? $"Status: Downloaded newer image for {reference.Familiar}" : $"Status: Image is up to date for {reference.Familiar}");
        }

        if (!TellsOnError && style != ProgressStyle.Json) { Tell(reference.ToString()); }
    }

    private void Tell(string line)
    {
        if (TellsOnError) { Screen.WriteError(line); }
        else { Screen.WriteLine(line); }
    }
}
