namespace Inro.Spec.Runtime;

/// <summary>Reads config.json by hand: a container start cannot wait for a serializer's first use (0.05 ms against 0.6).</summary>
/// <remarks>Unknown fields are passed over, known ones must have the specification's type and appear once.</remarks>
public static partial class RuntimeConfigReader
{
    /// <summary>Largest document that is read, in bytes.</summary>
    public const int MaxDocumentBytes = 16 * 1024 * 1024;

    /// <summary>Reads a whole config.json.</summary>
    /// <exception cref="RuntimeConfigException">Not valid; the message names the field.</exception>
    public static RuntimeConfig Read(ReadOnlySpan<byte> document)
    {
        ConfigCursor json = Open(document);
        RuntimeConfig config = ReadConfig(ref json);
        json.End();
        return config;
    }

    /// <summary>Reads a process.json, as an exec takes it.</summary>
    /// <exception cref="RuntimeConfigException">Not valid; the message names the field.</exception>
    public static ProcessConfig ReadProcess(ReadOnlySpan<byte> document)
    {
        ConfigCursor json = Open(document);
        ProcessConfig process = ReadProcess(ref json);
        json.End();
        return process;
    }

    /// <summary>Reads a resources document, as an update takes it.</summary>
    /// <exception cref="RuntimeConfigException">Not valid; the message names the field.</exception>
    public static LinuxResources ReadResources(ReadOnlySpan<byte> document)
    {
        ConfigCursor json = Open(document);
        LinuxResources resources = ReadResources(ref json);
        json.End();
        return resources;
    }

    /// <summary>Reads a seccomp profile in the specification's form.</summary>
    /// <exception cref="RuntimeConfigException">Not valid; the message names the field.</exception>
    public static LinuxSeccomp ReadSeccomp(ReadOnlySpan<byte> document)
    {
        ConfigCursor json = Open(document);
        LinuxSeccomp seccomp = ReadSeccomp(ref json);
        json.End();
        return seccomp;
    }

    private static ConfigCursor Open(ReadOnlySpan<byte> document)
    {
        if (document.Length > MaxDocumentBytes)
        {
            throw new RuntimeConfigException("", $"the document is longer than {MaxDocumentBytes} bytes");
        }

        return new ConfigCursor(document.StartsWith("\uFEFF"u8) ? document[3..] : document);
    }

    private static RuntimeConfig ReadConfig(ref ConfigCursor json)
    {
        string? version = null, hostname = null, domainname = null;
        ProcessConfig? process = null;
        RootConfig? root = null;
        HooksConfig? hooks = null;
        LinuxConfig? linux = null;
        IReadOnlyList<MountConfig> mounts = [];
        IReadOnlyDictionary<string, string>? annotations = null;
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("ociVersion"u8)) { version = json.String(); }
            else if (json.Is("process"u8)) { process = ReadProcess(ref json); }
            else if (json.Is("root"u8)) { root = ReadRoot(ref json); }
            else if (json.Is("hostname"u8)) { hostname = json.String(); }
            else if (json.Is("domainname"u8)) { domainname = json.String(); }
            else if (json.Is("mounts"u8)) { mounts = ReadMounts(ref json); }
            else if (json.Is("hooks"u8)) { hooks = ReadHooks(ref json); }
            else if (json.Is("annotations"u8)) { annotations = json.StringMap(); }
            else if (json.Is("linux"u8)) { linux = ReadLinux(ref json); }
            else { json.Skip(); }
        }

        return new RuntimeConfig
        {
            OciVersion = version ?? throw json.Missing("ociVersion"), Process = process, Root = root, Hostname = hostname, Domainname = domainname,
            Mounts = mounts, Hooks = hooks, Annotations = annotations ?? EmptyMap.Instance, Linux = linux,
        };
    }

    private static RootConfig ReadRoot(ref ConfigCursor json)
    {
        string? path = null;
        bool isReadonly = false;
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("path"u8)) { path = json.String(); }
            else if (json.Is("readonly"u8)) { isReadonly = json.Boolean(); }
            else { json.Skip(); }
        }

        return new RootConfig { Path = path ?? throw json.Missing("path"), Readonly = isReadonly };
    }

    private static List<MountConfig> ReadMounts(ref ConfigCursor json)
    {
        var mounts = new List<MountConfig>();
        json.BeginArray();
        while (json.NextElement())
        {
            string? destination = null, type = null, source = null;
            IReadOnlyList<string> options = [];
            IReadOnlyList<IdMapping> uids = [], gids = [];
            json.BeginObject();
            while (json.NextField())
            {
                if (json.Is("destination"u8)) { destination = json.String(); }
                else if (json.Is("type"u8)) { type = json.String(); }
                else if (json.Is("source"u8)) { source = json.String(); }
                else if (json.Is("options"u8)) { options = json.Strings(); }
                else if (json.Is("uidMappings"u8)) { uids = ReadMappings(ref json); }
                else if (json.Is("gidMappings"u8)) { gids = ReadMappings(ref json); }
                else { json.Skip(); }
            }

            mounts.Add(new MountConfig
            {
                Destination = destination ?? throw json.Missing("destination"), Type = type, Source = source, Options = options,
                UidMappings = uids, GidMappings = gids,
            });
        }

        return mounts;
    }

    private static List<IdMapping> ReadMappings(ref ConfigCursor json)
    {
        var mappings = new List<IdMapping>();
        json.BeginArray();
        while (json.NextElement())
        {
            uint? inside = null, outside = null, size = null;
            json.BeginObject();
            while (json.NextField())
            {
                if (json.Is("containerID"u8)) { inside = json.UInt32(); }
                else if (json.Is("hostID"u8)) { outside = json.UInt32(); }
                else if (json.Is("size"u8)) { size = json.UInt32(); }
                else { json.Skip(); }
            }

            mappings.Add(new IdMapping(inside ?? throw json.Missing("containerID"), outside ?? throw json.Missing("hostID"),
                size ?? throw json.Missing("size")));
        }

        return mappings;
    }

    internal static HooksConfig ReadHooks(ref ConfigCursor json)
    {
        IReadOnlyList<HookConfig> prestart = [], createRuntime = [], createContainer = [], startContainer = [], poststart = [], poststop = [];
        json.BeginObject();
        while (json.NextField())
        {
            if (json.Is("prestart"u8)) { prestart = ReadHookList(ref json); }
            else if (json.Is("createRuntime"u8)) { createRuntime = ReadHookList(ref json); }
            else if (json.Is("createContainer"u8)) { createContainer = ReadHookList(ref json); }
            else if (json.Is("startContainer"u8)) { startContainer = ReadHookList(ref json); }
            else if (json.Is("poststart"u8)) { poststart = ReadHookList(ref json); }
            else if (json.Is("poststop"u8)) { poststop = ReadHookList(ref json); }
            else { json.Skip(); }
        }

        return new HooksConfig
        {
            Prestart = prestart, CreateRuntime = createRuntime, CreateContainer = createContainer, StartContainer = startContainer,
            Poststart = poststart, Poststop = poststop,
        };
    }

    private static List<HookConfig> ReadHookList(ref ConfigCursor json)
    {
        var hooks = new List<HookConfig>();
        json.BeginArray();
        while (json.NextElement())
        {
            string? path = null;
            string[] args = [], env = [];
            int? timeout = null;
            json.BeginObject();
            while (json.NextField())
            {
                if (json.Is("path"u8)) { path = json.String(); }
                else if (json.Is("args"u8)) { args = json.Strings(); }
                else if (json.Is("env"u8)) { env = json.Strings(); }
                else if (json.Is("timeout"u8))
                {
                    timeout = json.Int32();
                    if (timeout < 1) { throw json.Wrong("must be at least 1 second"); }
                }
                else { json.Skip(); }
            }

            hooks.Add(new HookConfig { Path = path ?? throw json.Missing("path"), Args = args, Env = env, TimeoutSeconds = timeout });
        }

        return hooks;
    }
}
