namespace Inro.Linux.Processes;

/// <summary>The program that is a container's first process with <c>--init</c>; its source is <c>native/init.c</c>.</summary>
public static partial class InitProgram
{
    /// <summary>An executable for this machine, linked with nothing.</summary>
    public static ReadOnlySpan<byte> Bytes => Program;
}
