using Inro.Cli.Arguments;
using Inro.Cli.Output;

namespace Inro.Cli.Verbs;

/// <summary><c>inro cgroup get</c> and <c>set</c>: files of a running container's cgroups.</summary>
internal sealed class CgroupVerb : Verb
{
    /// <summary>True for <c>set</c>.</summary>
    public required bool Writes { get; init; }

    public override string Usage => Writes ? "CONTAINER FILE=VALUE [FILE=VALUE...]" : "CONTAINER [FILE...]";

    public override string Summary => Writes ? "Write files of a running container's cgroups" : "Show files of a running container's cgroups";

    public override bool NeedsIds => true;

    public override int LeastOperands => Writes ? 2 : 1;

    public override Completion Offers => Completion.RunningContainer;

    public override int Run(IReadOnlyList<string> operands, Session session)
    {
        string id = session.Containers.Find(operands[0]).Id;
        string[] rest = [.. operands.Skip(1)];
        if (Writes)
        {
            session.Containers.WriteCgroup(id, [.. rest.Select(Pair)]);
            return ExitStatus.Success;
        }

        IReadOnlyList<KeyValuePair<string, string>> values = session.Containers.ReadCgroup(id, rest);
        foreach ((string file, string value) in values)
        {
            Screen.WriteLine(rest.Length == 1 ? value : value.Contains('\n', StringComparison.Ordinal) ? $"{file}:\n  {value.Replace("\n", "\n  ", StringComparison.Ordinal)}" : $"{file}: {value}");
        }

        return ExitStatus.Success;
    }

    private static KeyValuePair<string, string> Pair(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 ? new(text[..equals], text[(equals + 1)..]) : throw new UsageException($"'{text}' is not FILE=VALUE", ExitStatus.Failure);
    }
}
