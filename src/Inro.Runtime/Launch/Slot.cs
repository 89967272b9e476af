namespace Inro.Runtime.Launch;

/// <summary>A place of the running program for one number: a descriptor, a pid, a result that later operations use.</summary>
/// <remarks>Made by <see cref="LaunchBuilder"/>. Empty until an operation fills it, unless it was inherited or preset.</remarks>
public readonly record struct Slot
{
    private readonly ushort numberPlusOne;

    internal Slot(int number) => numberPlusOne = checked((ushort)(number + 1));

    /// <summary>Position in the slot table.</summary>
    /// <exception cref="InvalidOperationException">A default value, which names no slot.</exception>
    internal int Number => numberPlusOne > 0
        ? numberPlusOne - 1
        : throw new InvalidOperationException("this slot was not made by a launch builder");
}
