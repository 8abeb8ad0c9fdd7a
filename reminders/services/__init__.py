from reminders.services.planner import plan as plan
