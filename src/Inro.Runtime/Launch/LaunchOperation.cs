using Inro.Linux;

namespace Inro.Runtime.Launch;

/// <summary>What people are told about one operation of a program.</summary>
/// <param name="Number">Position in the program, from 1.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Label">The act, for people: <c>mount /proc on</c>.</param>
/// <param name="Subject">The thing acted on: <c>rootfs/proc</c>; empty where the label says it all.</param>
/// <param name="Step">The step that emitted it; null for operations that the builder adds itself.</param>
/// <param name="Call">The system call of a <see cref="LaunchOperationKind.Call"/>.</param>
public sealed record LaunchOperation(
    int Number, LaunchOperationKind Kind, string Label, string Subject, ILaunchStep? Step, SystemCall? Call)
{
    /// <summary>Act and thing in one line, as messages show it.</summary>
    public string Title => Subject.Length == 0 ? Label : $"{Label} {Subject}";
}
