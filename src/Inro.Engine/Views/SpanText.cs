namespace Inro.Engine.Views;

/// <summary>Durations in the words of docker's tables.</summary>
public static class SpanText
{
    /// <summary>A duration in its largest sensible unit: <c>About an hour</c>, <c>3 weeks</c>.</summary>
    public static string Of(TimeSpan span)
    {
        long seconds = (long)span.TotalSeconds;
        long minutes = (long)span.TotalMinutes;
        long hours = (long)(span.TotalHours + 0.5);
        long days = hours / 24;
        return true switch
        {
            _ when seconds < 1 => "Less than a second",
            _ when seconds == 1 => "1 second",
            _ when seconds < 60 => $"{seconds} seconds",
            _ when minutes == 1 => "About a minute",
            _ when minutes < 60 => $"{minutes} minutes",
            _ when hours == 1 => "About an hour",
            _ when hours < 48 => $"{hours} hours",
            _ when hours < 24 * 14 => $"{days} days",
            _ when hours < 24 * 60 => $"{days / 7} weeks",
            _ when hours < 24 * 365 * 2 => $"{days / 30} months",
            _ => $"{(long)span.TotalHours / 24 / 365} years",
        };
    }
}
