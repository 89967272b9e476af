using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Inro.Spec.Distribution;

namespace Inro.Images.Registry;

/// <summary>Answers a registry's challenges: with a token that its token server gives, or with name and password.</summary>
/// <remarks>Source: distribution's token authentication specification, and its OAuth 2 form for identity tokens.</remarks>
/// <param name="client">Sends.</param>
/// <param name="host">Whose challenges.</param>
/// <param name="findCredentials">Looks up who asks; called at most once. Null: nobody in particular.</param>
internal sealed class TokenSource(HttpClient client, RegistryHost host, Func<RegistryCredentials?> findCredentials)
{
    private const int MaxAnswerBytes = 1 << 20;
    private const string ClientName = "inro";

    private readonly Lazy<RegistryCredentials?> credentials = new(findCredentials);

    /// <summary>Whether anybody in particular asks.</summary>
    public bool IsAnonymous => credentials.Value is null;

    /// <summary>The header that answers a challenge.</summary>
    /// <param name="challenge">What the registry wants.</param>
    /// <param name="scopes">What is going to be done: <c>repository:app:pull</c>.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RegistryException">It cannot be answered.</exception>
    public AuthenticationHeaderValue Answer(Challenge challenge, IReadOnlyList<string> scopes, CancellationToken ct)
    {
        if (challenge.Scheme == "bearer") { return new AuthenticationHeaderValue("Bearer", Fetch(challenge, scopes, ct)); }

        return credentials.Value is { Password.Length: > 0 } known
            ? Basic(known)
            : throw new RegistryException(RegistryFailure.Unauthorized, $"{host.Name} wants a name and a password", $"inro login {host.Name}");
    }

    private string Fetch(Challenge challenge, IReadOnlyList<string> scopes, CancellationToken ct)
    {
        Uri realm = Realm(challenge);
        using HttpRequestMessage request = credentials.Value is { IdentityToken: { } identity }
            ? Exchange(realm, challenge, scopes, identity)
            : Ask(realm, challenge, scopes);
        using HttpResponseMessage response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, ct);
        byte[] body = AnswerBody.Read(response, MaxAnswerBytes);
        if (!response.IsSuccessStatusCode) { throw Refused(response.StatusCode, realm, body); }

        TokenAnswer? answer = Parse(body, realm);
        string? token = string.IsNullOrEmpty(answer?.Token) ? answer?.AccessToken : answer.Token;
        return !string.IsNullOrEmpty(token) && token.All(static c => c is > ' ' and < (char)127)
            ? token
            : throw new RegistryException(RegistryFailure.BadAnswer, $"{realm.Host}, which gives the tokens of {host.Name}, answered without a token");
    }

    /// <summary>Where tokens are given. What is secret does not go there in the clear unless the registry itself is asked in the clear.</summary>
    private Uri Realm(Challenge challenge)
    {
        string text = challenge.Parameters.GetValueOrDefault("realm", "");
        bool isAddress = Uri.TryCreate(text, UriKind.Absolute, out Uri? realm) && (realm.Scheme == Uri.UriSchemeHttps || (realm.Scheme == Uri.UriSchemeHttp && host.IsInsecure));
        return isAddress ? realm! : throw new RegistryException(RegistryFailure.BadAnswer, $"{host.Name} sends to \"{text}\" for a token, which is no address that a password may be sent to");
    }

    private HttpRequestMessage Ask(Uri realm, Challenge challenge, IReadOnlyList<string> scopes)
    {
        var query = new StringBuilder(realm.Query.Length > 1 ? realm.Query + "&" : "?");
        if (challenge.Parameters.TryGetValue("service", out string? service)) { query.Append("service=").Append(Uri.EscapeDataString(service)).Append('&'); }

        foreach (string scope in scopes) { query.Append("scope=").Append(Uri.EscapeDataString(scope)).Append('&'); }

        query.Append("client_id=").Append(ClientName);
        var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(realm) { Query = query.ToString() }.Uri);
        if (credentials.Value is { } known) { request.Headers.Authorization = Basic(known); }

        return request;
    }

    private static HttpRequestMessage Exchange(Uri realm, Challenge challenge, IReadOnlyList<string> scopes, string identity) => new(HttpMethod.Post, realm)
    {
        Content = new FormUrlEncodedContent(
        [
            new("grant_type", "refresh_token"), new("refresh_token", identity), new("client_id", ClientName),
            new("service", challenge.Parameters.GetValueOrDefault("service", "")), new("scope", string.Join(' ', scopes)),
        ]),
    };

    private RegistryException Refused(HttpStatusCode status, Uri realm, byte[] body) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest => new(
            RegistryFailure.Unauthorized,
            credentials.Value is { } known ? $"{host.Name} does not accept the name and password of {known}" : $"{host.Name} gives no token without a login",
            $"inro login {host.Name}"),
        HttpStatusCode.TooManyRequests => new(RegistryFailure.RateLimited, $"{realm.Host} gives no more tokens for now: {AnswerBody.Message(body)}", "wait, or log in: limits are often higher then"),
        >= HttpStatusCode.InternalServerError => new(RegistryFailure.Server, $"{realm.Host} answered {(int)status} when asked for a token: {AnswerBody.Message(body)}"),
        _ => new(RegistryFailure.BadAnswer, $"{realm.Host} answered {(int)status} when asked for a token: {AnswerBody.Message(body)}"),
    };

    private static TokenAnswer? Parse(byte[] body, Uri realm)
    {
        try { return JsonSerializer.Deserialize(body, DistributionJson.Default.TokenAnswer); }
        catch (JsonException malformed) { throw new RegistryException(RegistryFailure.BadAnswer, $"{realm.Host} answered with a token that cannot be read: {malformed.Message}", cause: malformed); }
    }

    private static AuthenticationHeaderValue Basic(RegistryCredentials known) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{known.UserName}:{known.Password}")));
}
