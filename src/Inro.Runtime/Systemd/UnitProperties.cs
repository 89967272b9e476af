using System.Globalization;
using Inro.Runtime.Resources;
using Inro.Runtime.Systemd.Bus;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Systemd;

/// <summary>What a unit is made with, and what <c>linux.resources</c> says in systemd's terms: so it knows the limits, and writes no others.</summary>
/// <remarks>Limits that it has no property for, and the exact values of those that it rounds, are written into the unit's cgroup afterwards.</remarks>
/// <param name="isUnified">Whether cgroup v2 governs: the properties have other names and scales there.</param>
/// <param name="version">The release of systemd; asked only where a property is young.</param>
internal sealed class UnitProperties(bool isUnified, Func<int> version)
{
    private const int HasQuotaPeriod = 242;
    private const int HasCpuset = 244;
    private const int HasIdle = 252;
    private const int HasScopesOutOfMemoryPolicy = 253;
    private const ulong DefaultPeriodMicroseconds = 100_000;
    private const ulong QuotaStepMicroseconds = 10_000;
    private const int MaxCpusetBits = 1 << 16;

    private readonly List<UnitProperty> _properties = [];

    public IReadOnlyList<UnitProperty> Items => _properties;

    /// <summary>What every unit of ours has.</summary>
    /// <param name="id">The container's.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="pid">The process that a scope begins with.</param>
    public void AddUnit(string id, CgroupUnit unit, int pid)
    {
        Add("Description", BusValue.Text("Inro container " + id));
        if (unit.IsSlice) { Add("Wants", BusValue.Texts(unit.Slice)); }
        else
        {
            Add("Slice", BusValue.Text(unit.Slice));
            Add("Delegate", BusValue.Flag(true));
            Add("PIDs", BusValue.Numbers(pid));
        }

        Add("MemoryAccounting", BusValue.Flag(true));
        Add("CPUAccounting", BusValue.Flag(true));
        Add(isUnified ? "IOAccounting" : "BlockIOAccounting", BusValue.Flag(true));
        Add("TasksAccounting", BusValue.Flag(true));
        Add("DefaultDependencies", BusValue.Flag(false));
    }

    /// <summary>The limits.</summary>
    public void AddLimits(LinuxResources resources)
    {
        if (resources.Memory is { } memory) { AddMemory(memory); }
        if (resources.Cpu is { } cpu) { AddCpu(cpu); }
        if (resources.Pids?.Limit is { } tasks and not 0) { AddNumber("TasksMax", tasks); }
        if (!isUnified && resources.BlockIo?.Weight is { } weight and not 0) { Add("BlockIOWeight", BusValue.UInt64(weight)); }

        foreach ((string file, string value) in resources.Unified) { AddFile(file, value.Trim(), resources.Unified); }
    }

    /// <summary>How a lack of memory in one process acts on the others; only a new unit takes it.</summary>
    public void AddOutOfMemoryPolicy(LinuxResources? resources)
    {
        if (resources is not null && resources.Unified.TryGetValue("memory.oom.group", out string? group) && version() >= HasScopesOutOfMemoryPolicy)
        {
            Add("OOMPolicy", BusValue.Text(group.Trim() == "1" ? "kill" : "continue"));
        }
    }

    /// <summary>Devices, for v1 alone: there systemd writes the cgroup's list anew when it is reloaded. On v2 a program of ours stands beside systemd's.</summary>
    public void AddDevices(IReadOnlyList<DeviceRule> asked)
    {
        if (isUnified || asked.Count == 0) { return; }

        List<BusValue> allowed = [];
        bool all = false;
        foreach (DeviceRule rule in DeviceValues.WithDefaults(asked))
        {
            if (DeviceValues.IsAll(rule))
            {
                allowed.Clear();
                all = rule.Allow;
                continue;
            }

            BusValue device = BusValue.Text(Device(rule)), access = BusValue.Text(string.IsNullOrEmpty(rule.Access) ? "rwm" : rule.Access);
            if (rule.Allow) { allowed.Add(new("(ss)", (BusValue[])[device, access])); }
            else { allowed.RemoveAll(entry => ((BusValue[])entry.Content)[0] == device); }
        }

        Add("DevicePolicy", BusValue.Text(all ? "auto" : "strict"));
        Add("DeviceAllow", new("a(ss)", all ? [] : allowed));
    }

    public void Add(UnitProperty property) => _properties.Add(property);

    /// <summary>A list such as <c>0-2,5</c> as a bit each, the lowest first.</summary>
    /// <exception cref="ResourceException">It is no such list.</exception>
    internal static byte[] Bits(string list)
    {
        byte[] bits = [];
        foreach (string range in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = range.Split('-');
            if (ends.Length > 2 || !Bit(ends[0], out int first) || !Bit(ends[^1], out int last) || last < first) { throw new ResourceException($"\"{list}\" is no list of processors or memory nodes", remedy: "give numbers and ranges: 0-2,5"); }

            if (bits.Length <= last / 8) { Array.Resize(ref bits, (last / 8) + 1); }
            for (int bit = first; bit <= last; bit++) { bits[bit / 8] |= (byte)(1 << (bit % 8)); }
        }

        return bits;
    }

    /// <summary>Microseconds of processor time in each second, in the steps of one percent that systemd knows, rounded up.</summary>
    internal static ulong PerSecond(ulong quota, ulong period)
    {
        ulong perSecond = (ulong)((UInt128)quota * 1_000_000 / period);
        return (perSecond + QuotaStepMicroseconds - 1) / QuotaStepMicroseconds * QuotaStepMicroseconds;
    }

    private static bool Bit(string text, out int bit) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out bit) && bit < MaxCpusetBits;

    private static string Device(DeviceRule rule)
    {
        string kind = rule.Type == "b" ? "block" : "char";
        return rule switch
        {
            { Major: >= 0, Minor: >= 0 } => string.Create(CultureInfo.InvariantCulture, $"/dev/{kind}/{rule.Major}:{rule.Minor}"),
            { Major: >= 0 } => string.Create(CultureInfo.InvariantCulture, $"{kind}-{rule.Major}"),
            _ => kind + "-*", // systemd knows no minor number without a major one
        };
    }

    private void AddMemory(MemoryResources memory)
    {
        if (memory.Limit is { } limit and not 0) { AddNumber(isUnified ? "MemoryMax" : "MemoryLimit", limit); }
        if (!isUnified) { return; }
        if (memory.Reservation is { } low and not 0) { AddNumber("MemoryLow", low); }
        if (MemoryValues.SwapAlone(memory.Limit, memory.Swap) is { } swap) { AddText("MemorySwapMax", "memory.swap", swap); }
    }

    private void AddCpu(CpuResources cpu)
    {
        if (isUnified && cpu.Idle == 1 && version() >= HasIdle) { Add("CPUWeight", BusValue.UInt64(0)); } // idle, to systemd
        else if (cpu.Shares is { } shares and not 0) { Add(isUnified ? "CPUWeight" : "CPUShares", BusValue.UInt64(isUnified ? CpuValues.Weight(shares) : shares)); }

        AddQuota(cpu.Quota ?? 0, cpu.Period ?? 0);
        if (!string.IsNullOrEmpty(cpu.Cpus)) { AddCpuset("AllowedCPUs", cpu.Cpus); }
        if (!string.IsNullOrEmpty(cpu.Mems)) { AddCpuset("AllowedMemoryNodes", cpu.Mems); }
    }

    private void AddQuota(long quota, ulong period)
    {
        if (period != 0 && version() >= HasQuotaPeriod) { Add("CPUQuotaPeriodUSec", BusValue.UInt64(period)); }
        if (quota != 0 || period != 0)
        {
            Add("CPUQuotaPerSecUSec", BusValue.UInt64(quota > 0 ? PerSecond((ulong)quota, period == 0 ? DefaultPeriodMicroseconds : period) : ulong.MaxValue));
        }
    }

    private void AddCpuset(string name, string list)
    {
        byte[] bits = Bits(list);
        if (version() >= HasCpuset) { Add(name, BusValue.Bytes(bits)); }
    }

    // Files of v2 that are given by name. Those unknown here are written into the cgroup in any case.
    private void AddFile(string file, string value, IReadOnlyDictionary<string, string> all)
    {
        switch (file)
        {
            case "memory.high": AddText("MemoryHigh", file, value); break;
            case "memory.low": AddText("MemoryLow", file, value); break;
            case "memory.min": AddText("MemoryMin", file, value); break;
            case "memory.max": AddText("MemoryMax", file, value); break;
            case "memory.swap.max": AddText("MemorySwapMax", file, value); break;
            case "pids.max": AddText("TasksMax", file, value); break;
            case "cpu.weight" when !(all.TryGetValue("cpu.idle", out string? idle) && idle.Trim() == "1"): AddText("CPUWeight", file, value); break;
            case "cpu.idle" when value == "1" && version() >= HasIdle: Add("CPUWeight", BusValue.UInt64(0)); break;
            case "cpu.max": AddMaximum(file, value); break;
            case "cpuset.cpus": AddCpuset("AllowedCPUs", value); break;
            case "cpuset.mems": AddCpuset("AllowedMemoryNodes", value); break;
            default: break;
        }
    }

    private void AddMaximum(string file, string value)
    {
        string[] words = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long quota = -1;
        ulong period = DefaultPeriodMicroseconds;
        bool valid = words.Length is 1 or 2 && (words[0] == "max" || long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out quota))
            && (words.Length == 1 || ulong.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out period));
        if (!valid || period == 0) { throw NoNumber(file, value); }

        AddQuota(quota, period);
    }

    private void AddText(string name, string field, string value) => Add(name, BusValue.UInt64(
        value == "max" ? ulong.MaxValue : ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : throw NoNumber(field, value)));

    private static ResourceException NoNumber(string field, string value) => new($"linux.resources: {field} cannot be \"{value}\"", remedy: "give a number, or max");

    // Below zero: without a limit.
    private void AddNumber(string name, long value) => Add(name, BusValue.UInt64(value < 0 ? ulong.MaxValue : (ulong)value));

    private void Add(string name, BusValue value) => _properties.Add(new UnitProperty(name, value));
}
