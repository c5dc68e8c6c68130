using EtcdEdge.Server.Auth;
using EtcdEdge.StateMachine.Auth;
using EtcdEdge.StateMachine.Model;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EtcdEdge.Server.Tests.Auth;

/// <summary>
/// Goal: a simple token is its user's for as long as it is used, and no longer. Method: the tokens alone, with a clock in the hand.
/// </summary>
public sealed class SimpleTokensTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly SimpleTokens _tokens;
    private ulong _applied = 7;

    public SimpleTokensTests() =>
        _tokens = new SimpleTokens(() => 5, () => Volatile.Read(ref _applied), TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(7), _time);

    [Fact]
    public async Task A_token_is_its_users_at_the_newest_revision()
    {
        _tokens.Assigned("abc.7", "alice");
        Assert.Equal(new AuthInfo("alice", 5), await WhoAsync("abc.7"));
        Assert.True((await WhoAsync("abd.7")).IsNone);
    }

    [Fact]
    public async Task A_token_that_is_used_lives_on_and_one_that_is_not_ends()
    {
        _tokens.Assigned("used.1", "alice");
        _tokens.Assigned("idle.2", "bob");
        _time.Advance(TimeSpan.FromSeconds(299));
        Assert.False((await WhoAsync("used.1")).IsNone);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False((await WhoAsync("used.1")).IsNone);
        Assert.True((await WhoAsync("idle.2")).IsNone);
    }

    [Fact]
    public async Task A_users_tokens_end_together_and_all_end_with_auth()
    {
        _tokens.Assigned("a.1", "alice");
        _tokens.Assigned("b.2", "alice");
        _tokens.Assigned("c.3", "bob");
        _tokens.Invalidate("alice");
        Assert.True((await WhoAsync("a.1")).IsNone && (await WhoAsync("b.2")).IsNone);
        Assert.False((await WhoAsync("c.3")).IsNone);
        _tokens.InvalidateAll();
        Assert.True((await WhoAsync("c.3")).IsNone);
    }

    [Fact]
    public async Task Tokens_end_when_the_state_is_anothers()
    {
        var store = new AuthStore { Tokens = _tokens };
        _tokens.Assigned("a.1", "alice");
        store.Load(AuthView.Initial);
        Assert.True((await WhoAsync("a.1")).IsNone);
    }

    [Fact]
    public async Task A_token_of_an_entry_that_is_still_on_its_way_is_awaited()
    {
        var tokens = new SimpleTokens(
            () => 5, () => Volatile.Read(ref _applied), TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(60), TimeProvider.System);
        var asked = tokens.IdentifyAsync("abc.8", TestContext.Current.CancellationToken);
        Assert.False(asked.IsCompleted);
        tokens.Assigned("abc.8", "alice");
        Volatile.Write(ref _applied, 8);
        Assert.Equal("alice", (await asked).Username);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("abc.")]
    [InlineData("abc.x")]
    [InlineData("abc.-1")]
    [InlineData("abc.99999999999999999999999")]
    public async Task What_is_no_token_is_not_awaited(string text)
    {
        var asked = _tokens.IdentifyAsync(text, TestContext.Current.CancellationToken);
        Assert.True(asked.IsCompleted && (await asked).IsNone);
    }

    [Fact]
    public async Task When_there_are_too_many_the_one_next_to_end_makes_room()
    {
        for (var i = 0; i < AuthLimits.SimpleTokens; i++)
        {
            _tokens.Assigned($"t.{i}", "alice");
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        _tokens.Assigned("new.1", "bob");
        Assert.True((await WhoAsync("t.0")).IsNone);
        Assert.False((await WhoAsync("t.1")).IsNone);
        Assert.False((await WhoAsync("new.1")).IsNone);
    }

    [Fact]
    public void Random_parts_are_sixteen_letters_and_never_the_same()
    {
        var prefixes = Enumerable.Range(0, 100).Select(_ => _tokens.NewTokenPrefix()).ToHashSet();
        Assert.Equal(100, prefixes.Count);
        Assert.All(prefixes, prefix => Assert.Matches("^[a-zA-Z]{16}$", prefix));
    }

    private ValueTask<AuthInfo> WhoAsync(string token) => _tokens.IdentifyAsync(token, TestContext.Current.CancellationToken);
}
