using EtcdEdge.StateMachine.Model;
using EtcdEdge.StateMachine.Mvcc;
using EtcdEdge.StateMachine.Watch;

namespace EtcdEdge.StateMachine.Tests.Watch;

/// <summary>A store, a hub that follows it, and streams whose clients read when they are told to.</summary>
internal sealed class WatchWorld
{
    private readonly MvccStore _store = new();

    public WatchWorld()
    {
        Root = _store.Publish();
        Hub = new WatchHub(Root);
    }

    public WatchHub Hub { get; }

    public MvccRoot Root { get; private set; }

    public long Write(params (byte[] Key, byte[]? Value)[] writes)
    {
        _store.Begin();
        foreach (var (key, value) in writes)
        {
            if (value is null)
            {
                _store.Delete(key);
            }
            else
            {
                _store.Put(key, value, 0);
            }
        }

        var revision = _store.End();
        Root = _store.Publish();
        return revision;
    }

    public EtcdError Compact(long revision)
    {
        var error = _store.Compact(revision);
        while (_store.CompactStep(16))
        {
        }

        Root = _store.Publish();
        return error;
    }

    /// <summary>One pass as the dispatcher makes it, repeated until nobody can go on.</summary>
    public void Settle(int passes = int.MaxValue)
    {
        Hub.Advance(Root);
        for (var goesOn = true; goesOn && passes > 0; passes--)
        {
            goesOn = Hub.CatchUp();
        }

        Hub.AnswerProgress();
        Hub.Wake();
    }
}
