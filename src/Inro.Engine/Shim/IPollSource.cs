using Inro.Linux.Descriptors;

namespace Inro.Engine.Shim;

/// <summary>Something the shim waits for: one descriptor and what to do when it is ready.</summary>
internal interface IPollSource
{
    /// <summary>The descriptor's number.</summary>
    int Descriptor { get; }

    /// <summary>What to wait for now; None: skip it, hang-ups too.</summary>
    PollEvents Wanted { get; }

    /// <summary>Does what can be done without waiting.</summary>
    void OnReady(PollEvents happened);
}
