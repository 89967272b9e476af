using Inro.Spec.Image;

namespace Inro.Engine.Containers;

/// <summary>Puts the user's and the image's entry point and command together, as docker does.</summary>
internal static class CommandLine
{
    /// <exception cref="EngineException">InvalidArgument: neither names a command.</exception>
    public static List<string> Of(ContainerConfig config, ContainerDefaults image)
    {
        // An entry point of the user's own takes the image's command away: its arguments belong to another program.
        IReadOnlyList<string> entrypoint = config.Entrypoint ?? image.Entrypoint ?? [];
        IReadOnlyList<string> command = config.Command is { Count: > 0 } own ? own : config.Entrypoint is null ? image.Cmd ?? [] : [];
        List<string> arguments = entrypoint is [""] ? [.. command] : [.. entrypoint, .. command];
        return arguments.Count > 0 ? arguments : throw new EngineException(
            ErrorCode.InvalidArgument,
            "no command specified",
            $"the image {config.Image} names no command: give one after its name");
    }
}
