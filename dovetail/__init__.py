"""Dovetail renders Smarty mail templates against live integrations."""
