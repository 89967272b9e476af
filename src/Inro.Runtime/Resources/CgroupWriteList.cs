using Inro.Spec.Runtime;

namespace Inro.Runtime.Resources;

/// <summary>Collects the values of a plan and finds the tree that each belongs to.</summary>
internal sealed class CgroupWriteList(IReadOnlyList<CgroupLocation> locations)
{
    private readonly List<CgroupWrite> items = [];

    public IReadOnlyList<CgroupWrite> Items => items;

    public IReadOnlyList<DeviceRule>? DeviceProgram { get; set; }

    /// <summary>Class and priorities of packets that no mounted controller takes.</summary>
    public NetworkResources? PacketMarks { get; set; }

    /// <summary>The index of the v2 tree, or -1.</summary>
    public int Unified
    {
        get
        {
            for (int i = 0; i < locations.Count; i++)
            {
                if (locations[i].IsUnified) { return i; }
            }

            return -1;
        }
    }

    /// <summary>The tree that governs a controller; -1 where none does.</summary>
    public int Find(string controller)
    {
        for (int i = 0; i < locations.Count; i++)
        {
            if (locations[i].Has(controller)) { return i; }
        }

        return -1;
    }

    /// <summary>The same; a limit without a controller is an error.</summary>
    public CgroupSlot Require(string controller, string unifiedController, string field)
    {
        int found = Find(controller);
        if (found >= 0 && !locations[found].IsUnified) { return new(this, found, IsUnified: false); }

        found = Find(unifiedController);
        return found >= 0
            ? new(this, found, locations[found].IsUnified)
            : throw new ResourceException(
                $"linux.resources.{field} is set, but no mounted cgroup tree governs '{controller}'",
                remedy: $"mount the {controller} controller, or leave the limit out");
    }

    public CgroupSlot Require(string controller, string field) => Require(controller, controller, field);

    public void Add(CgroupWrite write) => items.Add(write);
}

/// <summary>One tree of the list, and whether it speaks v2.</summary>
internal readonly record struct CgroupSlot(CgroupWriteList List, int Index, bool IsUnified)
{
    /// <summary>Adds a value under the name that the tree's version has for it.</summary>
    public void Write(string field, string legacyFile, string legacyValue, string unifiedFile, string unifiedValue) =>
        List.Add(IsUnified ? new(Index, unifiedFile, unifiedValue) { Field = field } : new(Index, legacyFile, legacyValue) { Field = field });

    /// <summary>Adds a value that has one name.</summary>
    public void Write(string field, string file, string value) => List.Add(new(Index, file, value) { Field = field });
}
