using Xunit;
namespace EtcdEdge.Server.Tests;
public sealed class SmokeTests { [Fact] public void T() { Assert.True(true); } }
