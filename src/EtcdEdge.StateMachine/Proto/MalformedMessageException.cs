namespace EtcdEdge.StateMachine.Proto;

/// <summary>The bytes are not the protobuf message they should be. The only exception the codecs of this folder throw for their input.</summary>
public sealed class MalformedMessageException : Exception
{
    public MalformedMessageException() { }

    public MalformedMessageException(string message) : base(message) { }

    public MalformedMessageException(string message, Exception inner) : base(message, inner) { }
}
