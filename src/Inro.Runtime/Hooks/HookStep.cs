using Inro.Runtime.Launch;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Hooks;

/// <summary>Runs hooks in the container's namespaces.</summary>
/// <param name="point">createContainer or startContainer.</param>
/// <param name="hooks">The hooks.</param>
/// <param name="state">The state as JSON, padded with blanks; the host fills it in.</param>
internal sealed class HookStep(string point, IReadOnlyList<HookConfig> hooks, Data state) : ILaunchStep
{
    public string Name => $"hooks {point}";

    public void Emit(LaunchBuilder builder)
    {
        foreach (HookConfig hook in hooks)
        {
            builder.Spawn($"run hook {point}", builder.String(hook.Path), builder.StringArray(hook.Args.Count > 0 ? hook.Args : [hook.Path]),
                builder.StringArray(hook.Env), state, hook.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, subject: hook.Path);
        }
    }
}
