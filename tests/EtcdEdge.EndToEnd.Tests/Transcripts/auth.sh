# Users, roles, permissions, auth switched on and off. Two calls of etcd 3.5 are left out because 3.6 changed them: what the role root shows, and
# the texts of maintenance calls by users without the root role.
etcdctl auth status
etcdctl auth enable
etcdctl auth disable
etcdctl user list
etcdctl user add root:pw
etcdctl user add root:pw
etcdctl user add alice --new-user-password=a1
etcdctl user add bob --interactive=false <<< b1
etcdctl user add cn --no-password
etcdctl user add '' --new-user-password=x
etcdctl user passwd bob --interactive=false <<< b2
etcdctl user passwd nobody --interactive=false <<< x
etcdctl user passwd cn --interactive=false <<< x
etcdctl user list
etcdctl role list
etcdctl role add root
etcdctl role add root
etcdctl role add reader
etcdctl role add writer
etcdctl role add ''
etcdctl role list
etcdctl role grant-permission reader read /r
etcdctl role grant-permission reader read /r/ --prefix
etcdctl role grant-permission reader read m p
etcdctl role grant-permission reader read z --from-key
etcdctl role grant-permission reader read '' --prefix
etcdctl role revoke-permission reader '' --prefix
etcdctl role grant-permission writer readwrite /w/ --prefix
etcdctl role grant-permission writer write /only
etcdctl role grant-permission nobody read /r
etcdctl role grant-permission writer read p m
etcdctl role get reader
etcdctl role get writer
etcdctl role get nobody
etcdctl role revoke-permission reader m p
etcdctl role revoke-permission reader z --from-key
etcdctl role revoke-permission reader /r/ --prefix
etcdctl role revoke-permission reader /nothing
etcdctl role get reader
etcdctl role grant-permission reader read /r/ --prefix
etcdctl user grant-role root root
etcdctl user grant-role alice reader
etcdctl user grant-role bob writer
etcdctl user grant-role bob reader
etcdctl user grant-role bob nobody
etcdctl user grant-role nobody reader
etcdctl user get alice
etcdctl user get bob
etcdctl user get bob --detail
etcdctl user get nobody
etcdctl put /r/1 1
etcdctl put /w/1 1
etcdctl put /x 1
etcdctl auth enable
etcdctl auth enable

etcdctl get /r/1
etcdctl put /r/1 2
etcdctl --user root:pw auth status
etcdctl --user root --password pw get '' --prefix --keys-only
etcdctl --user root:wrong get /r/1
etcdctl --user nobody:x get /r/1
etcdctl --user cn:x get /r/1
etcdctl --user root: get /r/1
etcdctl --user root:pw --password pw get /r/1
etcdctl --user alice:a1 get /r/1
etcdctl --user alice:a1 get /r/ --prefix
etcdctl --user alice:a1 get '' --prefix
etcdctl --user alice:a1 put /r/1 2
etcdctl --user alice:a1 get /w/1
etcdctl --user alice:a1 del /r/1
etcdctl --user bob:b1 put /w/1 2
etcdctl --user bob:b2 put /w/1 2 --prev-kv
etcdctl --user bob:b2 put /only 2
etcdctl --user bob:b2 put /only 2 --prev-kv
etcdctl --user bob:b2 get /only
etcdctl --user bob:b2 del /w/ --prefix
etcdctl --user bob:b2 txn <<< $'version("/r/1") > "0"\n\nput /w/2 x\nget /r/1\n\nget /x\n\n'
etcdctl --user bob:b2 txn <<< $'version("/x") > "0"\n\nput /w/2 x\n\n\n'
etcdctl --user alice:a1 watch /x
etcdctl --user alice:a1 lease grant 100
etcdctl --user alice:a1 lease list
etcdctl --user alice:a1 compaction 2
etcdctl --user alice:a1 user list
etcdctl --user alice:a1 user get alice
etcdctl --user alice:a1 user get bob
etcdctl --user alice:a1 role get reader
etcdctl --user alice:a1 role get writer
etcdctl --user alice:a1 role list
etcdctl --user alice:a1 auth disable
etcdctl --user alice:a1 auth status
etcdctl --user alice:a1 member list
etcdctl --user alice:a1 member add m --peer-urls=http://127.0.0.1:1
etcdctl --user alice:a1 endpoint health
etcdctl --user alice:a1 alarm list
etcdctl --user alice:a1 move-leader 1
etcdctl --user alice:a1 lock /r/lock true
etcdctl --user bob:b2 lock /w/lock true
etcdctl endpoint health
etcdctl endpoint status --user root:pw | numberless
etcdctl member list
etcdctl alarm list
etcdctl compaction 2

etcdctl --user root:pw user revoke-role alice reader
etcdctl --user root:pw user revoke-role alice reader
etcdctl --user root:pw user revoke-role root root
etcdctl --user alice:a1 get /r/1
etcdctl --user root:pw user passwd alice --interactive=false <<< a2
etcdctl --user alice:a1 get /r/1
etcdctl --user root:pw role delete writer
etcdctl --user root:pw role delete writer
etcdctl --user root:pw role delete root
etcdctl --user root:pw user get bob
etcdctl --user bob:b2 put /w/1 3
etcdctl --user root:pw user delete bob
etcdctl --user root:pw user delete bob
etcdctl --user root:pw user delete root
etcdctl --user bob:b2 get /r/1
etcdctl --user root:pw user list
etcdctl --user root:pw endpoint hashkv | numberless # the lock's key was drawn
for command in defrag 'snapshot save s.db' 'member list' 'alarm list' 'move-leader 1' 'lease list' 'compaction 3'; do
  etcdctl --user root:pw $command
done
etcdctl --user root:pw endpoint status | numberless
etcdctl --user root:pw auth disable
etcdctl auth status
etcdctl get /r/1
etcdctl user delete root
