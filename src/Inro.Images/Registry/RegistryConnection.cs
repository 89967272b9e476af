using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;

namespace Inro.Images.Registry;

/// <summary>Requests to one server: who asks is told when it is asked for, and what fails in passing is tried again.</summary>
/// <remarks>Safe for several threads; every request is made in the thread that asks.</remarks>
internal sealed class RegistryConnection : IDisposable
{
    private const int MaxErrorBytes = 64 << 10;

    private readonly RegistryOptions options;
    private readonly HttpClient client;
    private readonly TokenSource tokens;
    private readonly ConcurrentDictionary<string, AuthenticationHeaderValue> known = new(StringComparer.Ordinal);
    private volatile string scheme = Uri.UriSchemeHttps;
    private volatile bool schemeIsSure;

    public RegistryConnection(RegistryHost host, RegistryOptions options)
    {
        Host = host;
        this.options = options;
        client = RegistryTransport.Make(host, options);
        tokens = new TokenSource(client, host, () => options.FindCredentials(host.CredentialsName));
    }

    public RegistryHost Host { get; }

    public RegistryOptions Options => options;

    /// <summary>Makes a request until it is answered, and throws what the answer says is wrong.</summary>
    /// <param name="make">Makes the request anew for each attempt; its address is relative to <c>/v2/</c>, or absolute on this server.</param>
    /// <param name="scopes">What is going to be done, for a token.</param>
    /// <param name="subject">What errors call the thing: <c>manifest app:latest</c>.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>A successful answer, of which the headers are read; the caller disposes it.</returns>
    public HttpResponseMessage Send(Func<HttpRequestMessage> make, IReadOnlyList<string> scopes, string subject, CancellationToken ct)
    {
        for (int attempt = 1; ; attempt++)
        {
            try { return SendOnce(make, scopes, subject, ct); }
            catch (RegistryException failure) when (failure.IsPassing && attempt < options.Attempts)
            {
                Pause(attempt, failure.RetryAfter, ct);
            }
        }
    }

    /// <summary>The same with an answer that is read whole: where it breaks off, or is not what was asked for, the request is made again.</summary>
    /// <param name="make">As above.</param>
    /// <param name="scopes">As above.</param>
    /// <param name="subject">As above.</param>
    /// <param name="read">Reads the answer, which is closed afterwards.</param>
    /// <param name="ct">Ends it.</param>
    public T Send<T>(Func<HttpRequestMessage> make, IReadOnlyList<string> scopes, string subject, Func<HttpResponseMessage, T> read, CancellationToken ct)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                using HttpResponseMessage response = SendOnce(make, scopes, subject, ct);
                return Connected(() => read(response), ct);
            }
            catch (RegistryException failure) when (failure.IsPassing && attempt < options.Attempts)
            {
                Pause(attempt, failure.RetryAfter, ct);
            }
        }
    }

    /// <summary>The same, once: for what must not simply be made again.</summary>
    /// <inheritdoc cref="Send(Func{HttpRequestMessage}, IReadOnlyList{string}, string, CancellationToken)"/>
    public HttpResponseMessage SendOnce(Func<HttpRequestMessage> make, IReadOnlyList<string> scopes, string subject, CancellationToken ct)
    {
        HttpResponseMessage response = SendKnown(make, scopes, ct);
        if (response.IsSuccessStatusCode) { return response; }

        using (response) { throw Refused(response, subject); }
    }

    /// <summary>Waits before the next attempt.</summary>
    /// <param name="attempt">How many were made, from 1.</param>
    /// <param name="asked">What the registry asked for.</param>
    /// <param name="ct">Ends it.</param>
    public void Pause(int attempt, TimeSpan asked, CancellationToken ct)
    {
        TimeSpan pause = options.FirstPause * Math.Pow(2, attempt - 1) * (0.75 + (Random.Shared.NextDouble() / 2));
        if (asked > pause) { pause = asked; }

        if (ct.WaitHandle.WaitOne(pause > options.LongestPause ? options.LongestPause : pause)) { ct.ThrowIfCancellationRequested(); }
    }

    public void Dispose() => client.Dispose();

    /// <summary>One attempt; an unknown asker is asked who he is, and then once more.</summary>
    private HttpResponseMessage SendKnown(Func<HttpRequestMessage> make, IReadOnlyList<string> scopes, CancellationToken ct)
    {
        string key = string.Join(' ', scopes);
        HttpResponseMessage response = SendSafe(make, known.GetValueOrDefault(key), ct);
        bool asksWho = response.StatusCode == HttpStatusCode.Unauthorized && IsOurs(response.RequestMessage?.RequestUri);
        if (!asksWho || Challenge.Of(response.Headers.WwwAuthenticate) is not { } challenge) { return response; }

        response.Dispose();
        AuthenticationHeaderValue answer = Connected(() => tokens.Answer(challenge, scopes, ct), ct);
        known[key] = answer;
        return SendSafe(make, answer, ct);
    }

    /// <summary>A challenge counts only from the registry: where a redirection has led to, nobody is told who asks.</summary>
    private bool IsOurs(Uri? address) => address is not null && IsSame(address, new Uri($"{scheme}://{Host.Address}"));

    /// <summary>Whether an address leads to a registry as it is spoken to: by the same host and port, and over TLS where it is.</summary>
    internal static bool IsSame(Uri address, Uri registry) =>
        address.Scheme == registry.Scheme && string.Equals(address.Authority, registry.Authority, StringComparison.OrdinalIgnoreCase);

    private HttpResponseMessage SendSafe(Func<HttpRequestMessage> make, AuthenticationHeaderValue? authorization, CancellationToken ct)
    {
        string tried = scheme; // another thread may find out meanwhile how this registry is spoken to
        try { return Connected(() => Send(make, tried, authorization, ct), ct); }
        catch (RegistryException failure) when (MayBePlain(tried, failure))
        {
            scheme = Uri.UriSchemeHttp;
            HttpResponseMessage response = Connected(() => Send(make, Uri.UriSchemeHttp, authorization, ct), ct);
            schemeIsSure = true;
            return response;
        }
    }

    private HttpResponseMessage Send(Func<HttpRequestMessage> make, string by, AuthenticationHeaderValue? authorization, CancellationToken ct)
    {
        using HttpRequestMessage request = make();
        request.RequestUri = Absolute(request.RequestUri!, by); // every request has one
        request.Headers.Authorization = IsOurs(request.RequestUri) ? authorization : null; // an upload may be sent elsewhere
        HttpResponseMessage response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, ct);
        schemeIsSure = true;
        return response;
    }

    private Uri Absolute(Uri address, string by)
    {
        string prefix = Host.Prefix.Length == 0 ? "" : Host.Prefix + "/";
        return address.IsAbsoluteUri ? address : new Uri($"{by}://{Host.Address}/{prefix}v2/{address.OriginalString}");
    }

    private bool MayBePlain(string tried, RegistryException failure) =>
        Host.IsInsecure && tried == Uri.UriSchemeHttps && (!schemeIsSure || scheme == Uri.UriSchemeHttp) && failure.Failure is (RegistryFailure.Tls or RegistryFailure.Unreachable);

    /// <summary>Turns the failures of a connection into words.</summary>
    private T Connected<T>(Func<T> send, CancellationToken ct)
    {
        try { return send(); }
        catch (HttpRequestException failure) when (failure.InnerException is AuthenticationException || failure.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw new RegistryException(
                RegistryFailure.Tls, $"no safe connection to {Host.Address}: {Cause(failure)}",
                $"put its authority's certificate into {options.CertificateDirectory}/{Host.Name}/ca.crt, or name it as an insecure registry if it is one", failure);
        }
        catch (HttpRequestException failure)
        {
            throw new RegistryException(RegistryFailure.Unreachable, $"{Host.Address} cannot be asked: {Cause(failure)}", "look at the name, the network and the proxy variables", failure) { IsFinal = !schemeIsSure && IsNobody(failure) };
        }
        catch (IOException failure) when (failure is not (RegistryException or Bytes.BlobMismatchException))
        {
            throw new RegistryException(RegistryFailure.Unreachable, $"the connection to {Host.Address} broke: {failure.Message}", cause: failure);
        }
        catch (OperationCanceledException failure) when (!ct.IsCancellationRequested)
        {
            throw new RegistryException(RegistryFailure.Unreachable, $"{Host.Address} did not answer within {options.SilenceDeadline.TotalSeconds:0} s", cause: failure);
        }
    }

    /// <summary>The name means no address, or the address has nobody who listens.</summary>
    private static bool IsNobody(HttpRequestException failure) => failure.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
        && failure.InnerException is System.Net.Sockets.SocketException { SocketErrorCode: not System.Net.Sockets.SocketError.TimedOut };

    private static string Cause(Exception failure)
    {
        while (failure.InnerException is { } inner) { failure = inner; }

        return failure.Message;
    }

    private RegistryException Refused(HttpResponseMessage response, string subject)
    {
        byte[] body = AnswerBody.Read(response, MaxErrorBytes);
        string why = AnswerBody.Message(body);
        string code = AnswerBody.Errors(body) is [var first, ..] ? first?.Code ?? "" : "";
        string where = $"{subject} at {Host.Name}";
        RegistryException refused = (response.StatusCode, code) switch
        {
            (HttpStatusCode.Unauthorized, _) => new(RegistryFailure.Unauthorized, $"{where}: {why}", tokens.IsAnonymous ? $"inro login {Host.Name}; the name may also be wrong" : "log in as somebody who may, or look at the name"),
            (HttpStatusCode.Forbidden, _) => new(RegistryFailure.Denied, $"{where}: {why}", tokens.IsAnonymous ? $"inro login {Host.Name}" : "ask its owner for the right"),
            (HttpStatusCode.NotFound, _) => new(RegistryFailure.NotFound, $"{where}: {why}", "look at the name, the tag and the registry"),
            (HttpStatusCode.BadRequest, "DIGEST_INVALID" or "SIZE_INVALID") => new(RegistryFailure.Mismatch, $"{where}: {why}", "try again; if it stays so: inro system check"),
            (HttpStatusCode.TooManyRequests, _) or (_, "TOOMANYREQUESTS") => new(RegistryFailure.RateLimited, $"{where}: {why}", "wait, or log in: limits are often higher then"),
            ( >= HttpStatusCode.InternalServerError, _) or (HttpStatusCode.RequestTimeout, _) => new(RegistryFailure.Server, $"{where}: the registry answered {(int)response.StatusCode}: {why}", "try again later, or ask who runs it"),
            _ => new(RegistryFailure.BadAnswer, $"{where}: the registry answered {(int)response.StatusCode}: {why}"),
        };
        refused.RetryAfter = response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero;
        return refused;
    }
}
