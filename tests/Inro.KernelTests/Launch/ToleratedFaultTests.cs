using System.Buffers.Binary;
using Inro.KernelTests.Harness;
using Inro.Linux;
using Inro.Runtime;
using Inro.Runtime.Launch;
using Xunit;

namespace Inro.KernelTests.Launch;

/// <summary>Errors that a launch puts up with: the container is whole nevertheless, or the launch fails later and leaves nothing.</summary>
[Collection(ExclusiveTests.Name)]
public sealed class ToleratedFaultTests
{
    private const string Covering = "masked and read-only paths";

    [KernelFact(Needs.Root | Needs.Busybox | Needs.LibSeccomp | Needs.UserNamespaces)]
    public void Every_error_that_an_operation_tolerates_gives_a_whole_container_or_none()
    {
        using var instance = new FaultyInstance(ContainerKind.UserNamespace);
        using LaunchProgram program = instance.Runtime.Compile(instance.First.Request);
        LaunchFault[] faults = [.. program.Operations.SelectMany(operation => Tolerated(program, operation).Select(errno => LaunchFault.Fail(operation.Number, errno)))];
        Assert.True(faults.Length > 20, $"only {faults.Length} tolerated errors");
        int whole = 0;
        instance.AllAtOnce(faults, (container, fault) =>
        {
            LaunchOperation operation = program.Operations[fault.Operation - 1];
            string shown;
            try { shown = container.Run(fault); }
            catch (Exception e) when (e is LaunchException or RuntimeException)
            {
                container.DropConsole();
                return;
            }

            Interlocked.Increment(ref whole);
            shown = shown.Replace(container.Id, instance.First.Id, StringComparison.Ordinal);

            // What is said not to be there is not covered, and what is said to be there is not made.
            bool isBelieved = operation.Step?.Name == Covering || operation.Call == SystemCall.Symlinkat;
            Assert.Equal(isBelieved ? Without(instance.Whole, operation.Subject) : instance.Whole, isBelieved ? Without(shown, operation.Subject) : shown);
        });
        Assert.True(whole > faults.Length / 2, $"only {whole} of {faults.Length} launches went on");
    }

    private static string Without(string lines, string path) =>
        string.Join('\n', lines.Split('\n').Where(line => !line.Split(' ', '\'').Contains(path)));

    /// <summary>Read from the program's bytes, as the walker does.</summary>
    private static IEnumerable<Errno> Tolerated(LaunchProgram program, LaunchOperation operation)
    {
        byte[] bytes = program.Parts.Bytes;
        int start = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(LaunchFormat.OperationsOffset)) + ((operation.Number - 1) * LaunchFormat.OperationBytes);
        for (int i = 0; i < LaunchFormat.MaxTolerated && operation.Kind == LaunchOperationKind.Call; i++)
        {
            ushort errno = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(start + LaunchFormat.OpTolerated + (i * sizeof(ushort))));
            if (errno != 0) { yield return errno == LaunchFormat.AnyErrno ? Errno.EIO : (Errno)errno; }
        }
    }
}
