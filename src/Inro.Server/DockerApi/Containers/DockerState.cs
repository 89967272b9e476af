using Inro.Spec.DockerApi;

namespace Inro.Server.DockerApi.Containers;

/// <summary>Containers with the states that docker's clients know: one that was initialized has not begun, so it is <c>created</c>.</summary>
internal static class DockerState
{
    private const string Created = "created";
    private const string Initialized = "initialized";

    public static ContainerListEntry Shown(ContainerListEntry entry) => entry.State == Initialized ? entry with { State = Created, Status = "Created" } : entry;

    public static ContainerInspect Shown(ContainerInspect view) => view.State.Status == Initialized ? view with { State = view.State with { Status = Created } } : view;
}
