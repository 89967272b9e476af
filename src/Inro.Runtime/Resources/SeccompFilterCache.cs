using Inro.Linux.Capabilities;
using Inro.Linux.Seccomp;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Resources;

/// <summary>Gives compiled filters; libseccomp is loaded only for a profile that this kernel has not seen before.</summary>
/// <param name="directory">Holds one file per filter; made where missing. A file that is not ours or is damaged counts as absent and is written anew.</param>
public sealed class SeccompFilterCache(string directory)
{
    /// <summary>Annotation by which a configuration asks for a profile by its name instead of spelling it out; <c>linux.seccomp</c> goes before it.</summary>
    public const string ProfileAnnotation = "inro.seccomp";

    /// <summary>The annotation's value for the default profile.</summary>
    public const string DefaultProfile = "default";

    private readonly SeccompFilterFiles files = new(directory);

    /// <summary>How many filters this object had to compile.</summary>
    public int Compiled { get; private set; }

    /// <summary>The filter that a container's configuration asks for, or null for none.</summary>
    /// <exception cref="ResourceException">libseccomp is missing, the profile is refused, or the annotation names no profile.</exception>
    public SeccompFilter? For(RuntimeConfig config)
    {
        if (config.Linux?.Seccomp is { } seccomp) { return Get(seccomp); }
        if (!config.Annotations.TryGetValue(ProfileAnnotation, out string? name)) { return null; }
        return name == DefaultProfile
            ? GetDefault(CapabilitySet.ParseKnown(config.Process?.Capabilities?.Bounding ?? [], out _))
            : throw new ResourceException($"the annotation {ProfileAnnotation} names the profile '{name}'", $"the only profile with a name is {DefaultProfile}");
    }

    /// <summary>The filter of <c>linux.seccomp</c> by the bytes of its JSON, which are not read when the filter is in the cache.</summary>
    /// <param name="json">The value of the field, exactly as it stands in config.json.</param>
    /// <exception cref="ResourceException">libseccomp is missing, or the profile is refused.</exception>
    public SeccompFilter Get(ReadOnlySpan<byte> json)
    {
        SeccompKey key = SeccompKey.OfJson(json);
        return files.Find(key) ?? Compile(key, RuntimeConfigReader.ReadSeccomp(json));
    }

    /// <summary>The same by the parsed configuration.</summary>
    /// <exception cref="ResourceException">libseccomp is missing, or the profile is refused.</exception>
    public SeccompFilter Get(LinuxSeccomp seccomp)
    {
        SeccompKey key = SeccompKey.OfRules(seccomp);
        return files.Find(key) ?? Compile(key, seccomp);
    }

    /// <summary>The filter of the default profile for a container with these capabilities; the profile is not resolved when the filter is in the cache.</summary>
    /// <param name="bounding">The container's bounding set: it decides which calls the profile opens.</param>
    /// <exception cref="ResourceException">libseccomp is missing.</exception>
    public SeccompFilter GetDefault(CapabilitySet bounding)
    {
        SeccompKey key = SeccompKey.OfDefault(bounding);
        return files.Find(key) ?? Compile(key, SeccompDefaultProfile.Resolve(bounding));
    }

    private SeccompFilter Compile(SeccompKey key, LinuxSeccomp seccomp)
    {
        SeccompProfile profile = SeccompTranslation.Profile(seccomp);
        try
        {
            var filter = new SeccompFilter(SeccompCompiler.Compile(profile), SeccompTranslation.Flags(seccomp));
            Compiled++;
            files.Store(key, filter);
            return filter;
        }
        catch (SeccompException e)
        {
            string remedy = e.LibraryIsMissing ? "install libseccomp2, or run with --security-opt seccomp=unconfined" : "correct the seccomp profile";
            throw new ResourceException(e.Message, remedy, e);
        }
    }
}
