using System.IO.Enumeration;
using Inro.Engine.Volumes;

namespace Inro.Cli.Arguments;

/// <summary>podman's <c>--mount type=glob,source=/usr/lib/libx*,target=/usr/lib</c>: each file that matches is bound.</summary>
internal static class GlobMounts
{
    private const int MaxMatches = 1024;

    /// <summary>One bind for each match; below the target, or, without one, at the same path.</summary>
    /// <exception cref="FormatException">Nothing matches, or too much does.</exception>
    public static IReadOnlyList<MountRequest> Parse(List<string> fields)
    {
        string source = "";
        string target = "";
        List<string> others = ["type=bind"];
        foreach (string field in fields)
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            switch ((equals < 0 ? field : field[..equals]).ToLowerInvariant())
            {
                case "type": break;
                case "source" or "src": source = field[(equals + 1)..]; break;
                case "target" or "dst" or "destination": target = field[(equals + 1)..]; break;
                default: others.Add(field); break;
            }
        }

        if (source is not ['/', ..]) { throw new FormatException("source is required for a glob mount, an absolute path with * or ? in it"); }

        List<string> matches = Match(source);
        if (matches.Count == 0) { throw new FormatException($"no file paths matching glob \"{source}\""); }

        List<MountRequest> mounts = [];
        foreach (string match in matches)
        {
            string place = target.Length == 0 ? match : target.TrimEnd('/') + "/" + Path.GetFileName(match);
            mounts.Add(MountArgument.Parse(string.Join(',', (IEnumerable<string>)[.. others.Select(Quoted), Quoted("source=" + match), Quoted("target=" + place)])));
        }

        return mounts;
    }

    private static List<string> Match(string pattern)
    {
        List<string> found = ["/"];
        foreach (string part in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            List<string> next = [];
            foreach (string directory in found)
            {
                if (part.AsSpan().IndexOfAny('*', '?') < 0)
                {
                    string named = Path.Join(directory, part);
                    if (Path.Exists(named)) { next.Add(named); }

                    continue;
                }

                if (!Directory.Exists(directory)) { continue; }

                foreach (string entry in Directory.EnumerateFileSystemEntries(directory))
                {
                    if (FileSystemName.MatchesSimpleExpression(part, Path.GetFileName(entry), ignoreCase: false)) { next.Add(entry); }

                    if (next.Count > MaxMatches) { throw new FormatException($"more than {MaxMatches} file paths match glob \"{pattern}\""); }
                }
            }

            next.Sort(StringComparer.Ordinal);
            found = next;
        }

        return found;
    }

    private static string Quoted(string field) => field.AsSpan().IndexOfAny(',', '"') < 0 ? field : "\"" + field.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}
