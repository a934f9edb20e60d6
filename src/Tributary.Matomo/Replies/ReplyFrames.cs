namespace Tributary.Matomo.Replies;

/// <summary>The objects and arrays of a reply that are open.</summary>
internal sealed class ReplyFrames
{
    private ReplyFrame[] _frames = new ReplyFrame[16];

    public int Count { get; private set; }

    public ref ReplyFrame Top => ref _frames[Count - 1];

    /// <summary>The kind of the frame so many below the top; null when there is none.</summary>
    public FrameKind? KindBelow(int steps) => Count > steps ? _frames[Count - 1 - steps].Kind : null;

    public FrameKind OutermostKind => _frames[0].Kind;

    public ref ReplyFrame Push(FrameKind kind)
    {
        if (Count == _frames.Length)
        {
            Array.Resize(ref _frames, Count * 2);
        }

        ref var frame = ref _frames[Count++];
        frame = new ReplyFrame { Kind = kind };
        return ref frame;
    }

    public void Pop() => Count--;

    public void Truncate(int count) => Count = count;
}
