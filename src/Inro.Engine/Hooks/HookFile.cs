using Inro.Spec.Runtime;

namespace Inro.Engine.Hooks;

/// <summary>A file that says which containers get a hook.</summary>
/// <remarks>Source: oci-hooks(5), version 1.0.0.</remarks>
/// <param name="Hook">The program.</param>
/// <param name="When">The containers that get it.</param>
/// <param name="Stages">The points of a container's life at which it runs.</param>
internal sealed record HookFile(HookConfig Hook, HookConditions When, IReadOnlyList<string> Stages);
