namespace Inro.Cli.Arguments;

/// <content>What docker has for other systems, or had: refused with the reason, as docker refuses it.</content>
internal sealed partial class ContainerFlags
{
    private static void AddForeign(FlagTable table)
    {
        foreach ((string name, string value) in (ReadOnlySpan<(string, string)>)[("cpu-count", "int"), ("cpu-percent", "int"), ("io-maxbandwidth", "bytes"), ("io-maxiops", "uint")])
        {
            table.Add(new Flag { Name = name, ValueName = value, Help = "", IsHidden = true, Set = _ => throw WindowsOnly(name) });
        }

        table
            .Add(new Flag { Name = "kernel-memory", ValueName = "bytes", Help = "", IsHidden = true, Set = _ => throw new FormatException("kernels have no limit for their own memory any more; --memory counts it") })
            .ContentTrust();
    }

    private static UsageException WindowsOnly(string name) =>
        new($"\"--{name}\" is only supported on a Docker daemon running on windows, but the Docker daemon is running on linux");
}
