namespace Inro.Engine.Statistics;

/// <summary>One cgroup of a container.</summary>
/// <param name="Hierarchy"><c>unified</c>, or the controllers of a v1 tree.</param>
/// <param name="Directory">Where it is.</param>
/// <param name="Values">Its files with what they say, by name.</param>
public sealed record CgroupFiles(string Hierarchy, string Directory, IReadOnlyList<KeyValuePair<string, string>> Values);
