"""What an operator does: the doctor, restoring a backup, roles of the database.

It may import every package but the edges. Start reading at `doctor`.
"""
