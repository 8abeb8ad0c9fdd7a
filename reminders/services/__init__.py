from reminders.services.by_hand import hand_out as hand_out
from reminders.services.planner import plan as plan
