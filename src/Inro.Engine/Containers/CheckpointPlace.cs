namespace Inro.Engine.Containers;

/// <summary>Where a checkpoint is.</summary>
/// <param name="Name">By docker's rules for names.</param>
/// <param name="Directory">Absolute path of the directory that holds it; null: the container's own.</param>
public sealed record CheckpointPlace(string Name, string? Directory);
