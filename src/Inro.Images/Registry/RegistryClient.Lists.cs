using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Inro.Spec.Distribution;

namespace Inro.Images.Registry;

/// <content>What a registry holds, page by page.</content>
public sealed partial class RegistryClient
{
    /// <summary>Most names that one list is read for.</summary>
    public const int MaxNames = 1_000_000;

    private const int MaxListBytes = 16 << 20;
    private const int MaxPages = 10_000;

    /// <summary>Tags of a repository, as the registry writes them: whoever shows them looks at them first.</summary>
    /// <exception cref="RegistryException">The registry does not tell, or does not come to an end.</exception>
    public IEnumerable<string> ListTags(string repository, CancellationToken ct) =>
        Pages($"{repository}/tags/list", [Pull(repository)], $"repository {repository}", DistributionJson.Default.TagList, static page => page.Tags, ct);

    /// <summary>Repositories of the registry, where it tells, as it writes them.</summary>
    /// <exception cref="RegistryException">The registry does not tell, or does not come to an end.</exception>
    public IEnumerable<string> ListRepositories(CancellationToken ct) =>
        Pages("_catalog", ["registry:catalog:*"], "the list of repositories", DistributionJson.Default.RepositoryList, static page => page.Repositories, ct);

    private IEnumerable<string> Pages<T>(string path, string[] scopes, string subject, JsonTypeInfo<T> type, Func<T, IReadOnlyList<string?>?> items, CancellationToken ct)
    {
        string? next = path;
        int names = 0;
        for (int page = 0; next is not null; page++)
        {
            if (page == MaxPages) { throw Endless(subject, $"{MaxPages} pages"); }

            string current = next;
            (byte[] body, next) = connection.Send(() => Get(current), scopes, subject, static response => (AnswerBody.Read(response, MaxListBytes), NextPage(response)), ct);
            foreach (string item in (items(Parse(body, type, subject)) ?? []).OfType<string>())
            {
                if (names++ == MaxNames) { throw Endless(subject, $"{MaxNames} names"); }

                yield return item;
            }

            if (next == current) { throw Endless(subject, "a page that leads to itself"); }
        }
    }

    private RegistryException Endless(string subject, string after) => new(RegistryFailure.BadAnswer, $"{subject} at {Host.Name}: the list does not end after {after}");

    private T Parse<T>(byte[] body, JsonTypeInfo<T> type, string subject)
    {
        try { return JsonSerializer.Deserialize(body, type) ?? throw new JsonException("the document is null"); }
        catch (JsonException malformed) { throw new RegistryException(RegistryFailure.BadAnswer, $"{subject} at {Host.Name} cannot be read: {malformed.Message}", cause: malformed); }
    }

    /// <summary>The header <c>Link: &lt;/v2/app/tags/list?n=100&amp;last=x&gt;; rel="next"</c>, relative to <c>/v2/</c>.</summary>
    private static string? NextPage(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out IEnumerable<string>? links)) { return null; }

        foreach (string link in links)
        {
            int open = link.IndexOf('<', StringComparison.Ordinal);
            int close = link.IndexOf('>', StringComparison.Ordinal);
            if (open < 0 || close < open || !link[close..].Contains("next", StringComparison.Ordinal)) { continue; }

            string target = link[(open + 1)..close];
            int api = target.IndexOf("/v2/", StringComparison.Ordinal); // only the path counts: a list leads to no other server
            return api >= 0 ? target[(api + 4)..] : null;
        }

        return null;
    }
}
