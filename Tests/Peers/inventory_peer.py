"""Says which hosts Ansible selects.

usage: inventory_peer.py SOURCE…       stdin: one JSON string a line, a pattern of --limit

stdout: one line each: the names of the hosts in their order, or {"error": text}; a pattern that names nothing is an empty
list, as Ansible only warns of it.
"""
import json
import sys

from ansible.errors import AnsibleError
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader

init_plugin_loader()
manager = InventoryManager(loader=DataLoader(), sources=sys.argv[1:])
for line in sys.stdin:
    try:
        manager.subset(json.loads(line))
        print(json.dumps([host.name for host in manager.list_hosts()]))
    except (AnsibleError, IndexError) as error:
        print(json.dumps({"error": str(error)}))
