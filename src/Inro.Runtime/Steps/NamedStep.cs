using Inro.Runtime.Launch;

namespace Inro.Runtime.Steps;

/// <summary>A step that is a part of another.</summary>
internal sealed class NamedStep(string name, Action<LaunchBuilder> emit) : ILaunchStep
{
    public string Name => name;

    public void Emit(LaunchBuilder builder) => emit(builder);
}
