using System.Globalization;
using Inro.Linux.Namespaces;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Steps;

/// <summary>Which namespaces are made and which are joined.</summary>
internal sealed record NamespacePlan
{
    /// <summary>Kinds that are made.</summary>
    public required NamespaceFlags Create { get; init; }

    /// <summary>Kinds that are joined, with their files, in the order in which they must be joined: the user namespace is last.</summary>
    public required IReadOnlyList<(NamespaceFlags Kind, string Path)> Join { get; init; }

    /// <summary>All kinds that are joined.</summary>
    public NamespaceFlags JoinedKinds
    {
        get
        {
            NamespaceFlags kinds = 0;
            foreach ((NamespaceFlags kind, _) in Join) { kinds |= kind; }

            return kinds;
        }
    }

    /// <summary>Whether the process has a namespace of this kind apart from ours.</summary>
    public bool Has(NamespaceFlags kind) => ((Create | JoinedKinds) & kind) != 0;

    /// <summary>Reads <c>linux.namespaces</c>.</summary>
    /// <exception cref="RuntimeException">A type is unknown or given twice.</exception>
    public static NamespacePlan Make(IReadOnlyList<NamespaceConfig> namespaces)
    {
        NamespaceFlags create = 0, seen = 0;
        var join = new List<(NamespaceFlags, string)>();
        for (int i = 0; i < namespaces.Count; i++)
        {
            NamespaceConfig ns = namespaces[i];
            string field = string.Create(CultureInfo.InvariantCulture, $"linux.namespaces[{i}].type");
            NamespaceFlags kind = Kind(ns.Type);
            if (kind == NamespaceFlags.None)
            {
                throw RuntimeException.Invalid(field, $"\"{ns.Type}\" is not one of mount, pid, network, uts, ipc, user, cgroup, time");
            }

            if ((seen & kind) != 0) { throw RuntimeException.Invalid(field, $"\"{ns.Type}\" is given twice"); }

            seen |= kind;
            if (ns.Path is { } path && !path.StartsWith('/'))
            {
                throw RuntimeException.Invalid(string.Create(CultureInfo.InvariantCulture, $"linux.namespaces[{i}].path"), $"\"{path}\" is not absolute");
            }

            if (ns.Path is null) { create |= kind; }
            else { join.Add((kind, ns.Path)); }
        }

        // Joining needs privileges in the user namespace that owns the other: ours until the user namespace is joined.
        join.Sort(static (a, b) => Rank(a.Item1).CompareTo(Rank(b.Item1)));
        return new NamespacePlan { Create = create, Join = join };
    }

    /// <summary>The specification's name of a kind.</summary>
    public static string Name(NamespaceFlags kind) => kind switch
    {
        NamespaceFlags.Mount => "mount",
        NamespaceFlags.Pid => "pid",
        NamespaceFlags.Network => "network",
        NamespaceFlags.Uts => "uts",
        NamespaceFlags.Ipc => "ipc",
        NamespaceFlags.User => "user",
        NamespaceFlags.Cgroup => "cgroup",
        NamespaceFlags.Time => "time",
        _ => kind.ToString(),
    };

    /// <summary>The names of several kinds, separated by commas. Not by the enumeration's own text, which costs a start its reflection data.</summary>
    public static string Names(NamespaceFlags kinds)
    {
        var names = new List<string>(8);
        for (ulong bit = 1; bit <= (ulong)kinds; bit <<= 1)
        {
            if (((ulong)kinds & bit) != 0) { names.Add(Name((NamespaceFlags)bit)); }
        }

        return names.Count == 0 ? "none" : string.Join(", ", names);
    }

    private static NamespaceFlags Kind(string type) => type switch
    {
        "mount" => NamespaceFlags.Mount,
        "pid" => NamespaceFlags.Pid,
        "network" => NamespaceFlags.Network,
        "uts" => NamespaceFlags.Uts,
        "ipc" => NamespaceFlags.Ipc,
        "user" => NamespaceFlags.User,
        "cgroup" => NamespaceFlags.Cgroup,
        "time" => NamespaceFlags.Time,
        _ => NamespaceFlags.None,
    };

    private static int Rank(NamespaceFlags kind) => kind switch { NamespaceFlags.User => 2, NamespaceFlags.Mount => 1, _ => 0 };
}
