namespace Inro.Engine.Attach;

/// <summary>Why an attached session ended.</summary>
public enum AttachOutcome
{
    /// <summary>The process ended and all its output was delivered.</summary>
    Exited,

    /// <summary>The person typed the detach keys.</summary>
    Detached,

    /// <summary>The shim is gone (killed); the process may run on.</summary>
    Lost,
}
