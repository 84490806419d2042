# Puts and reads values over a channel that compresses, and prints how they came back.
# Usage: python compression.py PORT
import queue
import sys

import grpc
from etcd3 import etcdrpc

channel = grpc.insecure_channel("127.0.0.1:" + sys.argv[1], compression=grpc.Compression.Gzip)
keys = etcdrpc.KVStub(channel)
for count in (0, 1, 1024, 100000, 500000):
    value = (b"%d " % count) * (count // 4)
    keys.Put(etcdrpc.PutRequest(key=b"compressed", value=value), timeout=20)
    answer = keys.Range(etcdrpc.RangeRequest(key=b"compressed"), timeout=20)
    print(count, answer.kvs[0].value == value, flush=True)

# The stream of requests stays open until the events have come: a watch ends with it.
requests = queue.Queue()
requests.put(etcdrpc.WatchRequest(create_request=etcdrpc.WatchCreateRequest(key=b"compressed", start_revision=5)))
sizes = []
for response in etcdrpc.WatchStub(channel).Watch(iter(requests.get, None), timeout=20):
    sizes += [len(event.kv.value) for event in response.events]
    if len(sizes) == 2:
        break
requests.put(None)
print("watch", sizes, flush=True)
