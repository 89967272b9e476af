using Inro.Cli.Arguments;
using Inro.Engine.Logs;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs.Internal;

/// <summary><c>inro internal pack-log DRIVER</c>: a shim has a rotated file of its log compressed, from standard input to standard output.</summary>
internal static class PackLogVerb
{
    public static int Run(ReadOnlySpan<string> arguments)
    {
        LogDriver? driver = arguments is [var name] ? LogDriverNames.Find(name) : null;
        if (driver is not (LogDriver.Local or LogDriver.JsonFile)) { throw new UsageException("internal pack-log needs a driver with files", ExitStatus.Failure); }

        using var source = new SafeFileHandle(0, ownsHandle: false);
        using var target = new SafeFileHandle(1, ownsHandle: false);
        return LogPacker.Pack(source, target, driver.Value) ? ExitStatus.Success : ExitStatus.Failure;
    }
}
