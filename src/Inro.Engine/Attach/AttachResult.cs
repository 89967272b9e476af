using Inro.Engine.Shim;

namespace Inro.Engine.Attach;

/// <summary>Why an attached session ended.</summary>
/// <param name="Outcome">The reason.</param>
/// <param name="Exit">How the process ended; null unless <see cref="AttachOutcome.Exited"/>.</param>
/// <param name="Signal">The signal; 0 unless <see cref="AttachOutcome.Interrupted"/>.</param>
public sealed record AttachResult(AttachOutcome Outcome, ExitRecord? Exit, int Signal = 0);
