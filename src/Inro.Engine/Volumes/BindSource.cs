using Inro.Engine.Configuration;

namespace Inro.Engine.Volumes;

/// <summary>The host's side of a bind mount.</summary>
internal static class BindSource
{
    /// <summary>Checks the source, makes it where docker would, and says so.</summary>
    /// <param name="request">A bind.</param>
    /// <param name="notes">Gets one line for a source that was made.</param>
    /// <exception cref="EngineException">InvalidArgument: the source is missing and was not asked to be made.</exception>
    public static ResolvedMount Resolve(MountRequest request, List<string> notes)
    {
        if (!Path.Exists(request.Source)) { Make(request, notes); }

        return new ResolvedMount
        {
            Kind = MountKind.Bind,
            Source = MountCheck.Clean(request.Source),
            Target = MountCheck.Clean(request.Target),
            ReadOnly = request.ReadOnly,
            Propagation = request.Propagation.Length > 0 ? request.Propagation : "rprivate",
            NonRecursive = request.NonRecursive,
            Options = request.Options,
            Mode = request.Mode,
            Reach = request.Reach,
            TakesOwner = request.TakesOwner,
            IdMap = request.IdMap,
            Overlay = request.Overlay,
        };
    }

    private static void Make(MountRequest request, List<string> notes)
    {
        if (!request.CreateSource || ConfigurationReader.RefusesMissingBindSource())
        {
            throw new EngineException(
                ErrorCode.InvalidArgument,
                $"invalid mount config for type \"bind\": bind source path does not exist: {request.Source}",
                $"mkdir -p '{request.Source}'");
        }

        try
        {
            Directory.CreateDirectory(request.Source);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(ErrorCode.PermissionDenied, $"bind source {request.Source} is missing and cannot be made: {refused.Message}", "make it yourself, or name another", refused);
        }

        notes.Add($"{request.Source} did not exist on the host and was made, an empty directory");
    }
}
