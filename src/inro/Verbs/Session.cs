using Inro.Cli.Arguments;
using Inro.Engine;

namespace Inro.Cli.Verbs;

/// <summary>What one run of the program has at hand; each part is made when a verb first asks for it.</summary>
internal sealed class Session(GlobalFlags flags)
{
    /// <summary>The flags before the verb.</summary>
    public GlobalFlags Flags => flags;

    /// <summary>Where this instance keeps its things.</summary>
    public InstancePaths Paths => field ??= InstancePaths.Of(flags.Root);
}
