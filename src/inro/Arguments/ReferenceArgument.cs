using Inro.Engine;
using Inro.Spec;

namespace Inro.Cli.Arguments;

/// <summary>A name of an image as it is typed.</summary>
internal static class ReferenceArgument
{
    /// <summary>Reads it; docker's words where it is none.</summary>
    public static ImageReference Parse(string typed) => ImageReference.TryParse(typed, out ImageReference? reference, out string? why)
        ? reference!
        : throw new EngineException(ErrorCode.InvalidArgument, $"invalid reference format: {why}", "an image is named like debian, debian:12 or registry.example:5000/team/app@sha256:…");
}
