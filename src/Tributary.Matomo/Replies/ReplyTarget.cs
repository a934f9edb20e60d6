namespace Tributary.Matomo.Replies;

/// <summary>What one report of a reply looks like and who receives it.</summary>
internal readonly record struct ReplyTarget(ReplyShape Shape, ReplyKeys Keys, ReplyHandler Handler, MatomoAnswer Answer, bool IsDated = false);
