using Inro.Engine;
using Inro.Linux.Terminals;
using Inro.Server.Http;

namespace Inro.Server.DockerApi;

/// <summary>Size of a terminal: parameters <c>h</c> and <c>w</c>, or a list of rows and columns in a body.</summary>
internal static class WindowParameter
{
    /// <exception cref="EngineException">InvalidArgument: one of them is missing or out of range.</exception>
    public static WindowSize Read(ApiRequest request) => new(Side(request, "h"), Side(request, "w"));

    /// <summary>The same of a body; null: none, or zeros.</summary>
    public static WindowSize? Read(IReadOnlyList<int>? size) =>
        size is [> 0 and <= ushort.MaxValue and var rows, > 0 and <= ushort.MaxValue and var columns] ? new WindowSize((ushort)rows, (ushort)columns) : null;

    private static ushort Side(ApiRequest request, string name) =>
        request.Parameters.Number(name) is >= 0 and <= ushort.MaxValue and { } size ? (ushort)size : throw new EngineException(ErrorCode.InvalidArgument, $"invalid value for parameter {name}: a size from 0 to {ushort.MaxValue} is wanted");
}
