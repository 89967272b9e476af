using Inro.Linux;
using Inro.Linux.Mounts;
using Inro.Runtime.Launch;

namespace Inro.Runtime.Steps;

/// <summary>The root of a mount namespace that was joined: nothing is built, but it must be known by descriptor.</summary>
internal sealed class RootOfOthersStep(LaunchContext context) : ILaunchStep
{
    private const int PathDirectoryCloseOnExec = 0x290000;

    public string Name => "root";

    public void Emit(LaunchBuilder builder)
    {
        context.Root = builder.NewSlot("root");
        builder.Call("open", SystemCall.Openat, [MountCalls.CurrentDirectory, "/", PathDirectoryCloseOnExec], "/", context.Root);
        if (context.Process.Terminal)
        {
            var terminal = new TerminalStep(context, context.Process);
            Slot master = builder.NewSlot("terminal master");
            terminal.EmitOpenByPath(builder, master);
            terminal.EmitPair(builder, master);
        }
    }
}
