using System.Runtime.ExceptionServices;
using Inro.KernelTests.Harness;
using Inro.Runtime;
using Inro.Runtime.State;
using Xunit;

namespace Inro.KernelTests.Launch;

/// <summary>An instance in a directory of its own, in which several launches are made to fail at the same time, and whose remains are looked for after each round.</summary>
/// <remarks>A launch waits for the kernel most of its time, so several at once take little longer than one.</remarks>
internal sealed class FaultyInstance : IDisposable
{
    /// <summary>Launches of one round.</summary>
    public const int Width = 6;

    private readonly Remains remains;
    private readonly List<FaultyContainer> containers = [];

    public FaultyInstance(ContainerKind kind, bool waits = false, int width = Width)
    {
        Mark = Path.GetFileName(Directory.Path);
        HostId = 0x10000 * (uint)Random.Shared.Next(0x1000, 0x7000);
        Runtime = new ContainerRuntime(Directory / "run", Directory / "filters");
        remains = new Remains(Mark, HostId, Directory.Path);
        try
        {
            for (int i = 0; i < width; i++) { containers.Add(new FaultyContainer(this, kind, i, waits)); }

            Whole = containers[0].Run(null);
            foreach (FaultyContainer other in containers.Skip(1)) { other.Run(null); } // the mount points and the filter that a first launch makes stay
        }
        catch
        {
            Dispose();
            throw;
        }

        remains.Accept();
    }

    public TempDir Directory { get; } = TempDir.Create();

    /// <summary>Occurs in every name that the instance makes.</summary>
    public string Mark { get; }

    /// <summary>First id on the host of its user namespaces.</summary>
    public uint HostId { get; }

    public ContainerRuntime Runtime { get; }

    /// <summary>What a container prints that was launched without a fault.</summary>
    public string Whole { get; }

    /// <summary>A container that is not busy.</summary>
    public FaultyContainer First => containers[0];

    /// <summary>Does all at once, each with a container of its own, and then looks for remains.</summary>
    public void AllAtOnce<T>(IReadOnlyList<T> faults, Action<FaultyContainer, T> act)
    {
        foreach (T[] round in faults.Chunk(containers.Count))
        {
            Exception?[] failures = new Exception?[round.Length];
            Thread[] threads = [.. round.Select((fault, i) => new Thread(() => failures[i] = Record.Exception(() => act(containers[i], fault))))];
            foreach (Thread thread in threads) { thread.Start(); }

            foreach (Thread thread in threads) { thread.Join(); }

            foreach (FaultyContainer container in containers) { container.DropConsole(); }

            if (failures.FirstOrDefault(static failure => failure is not null) is { } first) { ExceptionDispatchInfo.Throw(first); }

            ExpectNothingLeft(string.Join("; ", round));
        }
    }

    /// <summary>Makes the present the state to which everything must return.</summary>
    public void Accept() => remains.Accept();

    /// <summary>Fails unless all is as it was.</summary>
    public void ExpectNothingLeft(string what)
    {
        IReadOnlyList<string> left = remains.Find();
        Assert.True(left.Count == 0, $"{what}:\n  {string.Join("\n  ", left)}");
    }

    public void Dispose()
    {
        foreach (ContainerState left in Runtime.List()) { Runtime.Delete(left.Id, force: true); }

        foreach (FaultyContainer container in containers) { container.Dispose(); }

        Runtime.Dispose();
        Directory.Dispose();
    }
}
