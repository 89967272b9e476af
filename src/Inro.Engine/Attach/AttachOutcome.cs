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

    /// <summary>Nobody reads this program's output any more (EPIPE); the process goes on. Docker's client dies of SIGPIPE: status 141.</summary>
    OutputClosed,

    /// <summary>A signal asked this program to end, and was not to be passed on; the process goes on.</summary>
    Interrupted,
}
