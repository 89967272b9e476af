using System.Globalization;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Hooks;

/// <summary>What hooks must hold before anything is made, those too that run only at the end.</summary>
/// <remarks>Source: OCI runtime-spec, config.md "POSIX-platform Hooks".</remarks>
internal static class HookRules
{
    /// <exception cref="RuntimeException">Names the field.</exception>
    public static void Check(HooksConfig hooks)
    {
        Check("prestart", hooks.Prestart);
        Check("createRuntime", hooks.CreateRuntime);
        Check("createContainer", hooks.CreateContainer);
        Check("startContainer", hooks.StartContainer);
        Check("poststart", hooks.Poststart);
        Check("poststop", hooks.Poststop);
    }

    private static void Check(string point, IReadOnlyList<HookConfig> hooks)
    {
        for (int i = 0; i < hooks.Count; i++)
        {
            string field = string.Create(CultureInfo.InvariantCulture, $"hooks.{point}[{i}]");
            HookConfig hook = hooks[i];
            if (!hook.Path.StartsWith('/')) { throw RuntimeException.Invalid(field + ".path", $"\"{hook.Path}\" is not absolute"); }

            foreach (string text in hook.Args.Concat(hook.Env).Append(hook.Path))
            {
                if (text.Contains('\0', StringComparison.Ordinal)) { throw RuntimeException.Invalid(field, "arguments, environment and path cannot hold a zero byte"); }
            }
        }
    }
}
