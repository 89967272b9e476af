namespace Inro.Tests.Engine;

/// <summary>A command is killed: an exception at a point between two steps, after which nothing of it runs any more.</summary>
internal sealed class KilledException(string point) : Exception(point);
