using System.Globalization;
using Inro.Linux;
using Inro.Runtime.Launch;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Steps;

/// <summary>Puts the caller's further descriptors at 3, 4, ….</summary>
internal sealed class PreservedStep(IReadOnlyList<SafeFileHandle> descriptors) : ILaunchStep
{
    private const int First = 3;

    public string Name => "preserved descriptors";

    public void Emit(LaunchBuilder builder)
    {
        for (int i = 0; i < descriptors.Count; i++)
        {
            string number = (First + i).ToString(CultureInfo.InvariantCulture);
            builder.Call("put on descriptor", SystemCall.Dup3, [builder.Inherit(descriptors[i], $"descriptor {number}"), First + i, 0], number);
        }
    }
}
