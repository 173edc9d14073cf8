"""Starting, serving and stopping: what script/server and gunicorn run."""
