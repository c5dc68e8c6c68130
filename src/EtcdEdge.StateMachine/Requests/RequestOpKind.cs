namespace EtcdEdge.StateMachine.Requests;

/// <summary>The members of RequestOp's oneof, by their field numbers (rpc.proto); ResponseOp numbers its answers the same.</summary>
public enum RequestOpKind
{
    None = 0,
    Range = 1,
    Put = 2,
    DeleteRange = 3,
    Txn = 4,
}
