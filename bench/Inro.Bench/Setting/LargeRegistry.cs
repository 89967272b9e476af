using Inro.Bench.Measuring;

namespace Inro.Bench.Setting;

/// <summary>Debian's registry on the loopback of the peers' lane, with the large image in it.</summary>
internal static class LargeRegistry
{
    /// <summary>Where it listens: docker and podman both take this address for one without TLS.</summary>
    public const string Address = "127.0.0.1:5123";

    /// <summary>What is pulled.</summary>
    public const string Image = Address + "/large:latest";

    private const string Data = "/var/lib/inro/bench-registry";
    private const int WaitSeconds = 20;

    /// <summary>Starts it and fills it; see <see cref="Surroundings.RegistryProblem"/>.</summary>
    /// <returns>Why it cannot be had, or null.</returns>
    public static string? Start(Surroundings here)
    {
        if (here.Peers is not { } lane) { return "absent (./dev peers)"; }

        string archive = LargeImage.Make(here, Reference);
        string program = Path.Combine(here.Work, "docker-registry");
        string? installed = ((string[])["/usr/bin/docker-registry", "/usr/bin/registry"]).FirstOrDefault(File.Exists);
        if (installed is null) { return "there is no docker-registry (Debian package docker-registry)"; }

        File.Copy(installed, program, overwrite: true); // the tree is what both lanes see
        string configuration = Path.Combine(here.Work, "registry.yml");
        File.WriteAllText(configuration, $"version: 0.1\nlog: {{ level: error, accesslog: {{ disabled: true }} }}\nstorage: {{ filesystem: {{ rootdirectory: {Data} }}, delete: {{ enabled: true }} }}\nhttp: {{ addr: '{Address}' }}\n");
        lane.Start(Command.Of(program, "serve", configuration));
        Sample filled = lane.Run(new Command(["/bin/sh", "-c",
            $"for i in $(seq {WaitSeconds * 10}); do skopeo copy --quiet --dest-tls-verify=false docker-archive:{archive} docker://{Image} && exit 0; sleep 0.1; done; exit 1"], 300));
        return filled.Problem;
    }

    /// <summary>The reference of the large image in engines that have loaded it.</summary>
    public const string Reference = "inro-bench-large:latest";

    /// <summary>Takes all that was pushed away again, but for what is pulled: a push sends everything anew.</summary>
    public static Command Empty { get; } = new(["/bin/sh", "-c", $"cd {Data}/docker/registry/v2 && rm -rf blobs repositories"], 120);
}
