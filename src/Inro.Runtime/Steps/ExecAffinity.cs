using Inro.Linux;
using Inro.Runtime.Launch;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Steps;

/// <summary>The processors of an exec's process: while it joins, and from its arrival in the container's cgroups on.</summary>
/// <remarks>Source: OCI runtime-spec 1.2, config.md "execCPUAffinity". A first process has none.</remarks>
internal sealed class ExecAffinity
{
    /// <summary>As many processors as a kernel can be built for.</summary>
    private const int MaskBytes = 8192 / 8;

    private readonly ExecCpuAffinityConfig? affinity;
    private readonly byte[]? initial;
    private readonly byte[]? final;

    /// <exception cref="RuntimeException">A list is none.</exception>
    public ExecAffinity(ExecCpuAffinityConfig? affinity)
    {
        this.affinity = affinity;
        initial = Mask("initial", affinity?.Initial);
        final = Mask("final", affinity?.Final);
    }

    /// <summary>Before the container's cgroups are joined.</summary>
    public void EmitInitial(LaunchBuilder builder)
    {
        if (initial is not null) { Emit(builder, "run on processors while joining", initial, affinity!.Initial!); } // not null: the mask was made of it
    }

    /// <summary>In the container's cgroups. Where nothing is said, the processors of its cpuset: the kernel takes those out of all.</summary>
    public void EmitFinal(LaunchBuilder builder)
    {
        if (final is not null) { Emit(builder, "run on processors", final, affinity!.Final!); } // not null: the mask was made of it
        else if (initial is not null)
        {
            byte[] all = new byte[MaskBytes];
            Array.Fill(all, (byte)0xFF);
            Emit(builder, "run on processors", all, "all of the container's");
        }
    }

    private static void Emit(LaunchBuilder b, string label, byte[] mask, string list) =>
        b.Call(label, SystemCall.SchedSetaffinity, [0, mask.Length, b.Bytes(mask)], list);

    private static byte[]? Mask(string name, string? list) =>
        string.IsNullOrEmpty(list) ? null : NumberRanges.Mask($"process.execCPUAffinity.{name}", list, MaskBytes);
}
