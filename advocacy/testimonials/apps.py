from django.apps import AppConfig


class TestimonialsConfig(AppConfig):
    name = "advocacy.testimonials"
    label = "advocacy_testimonials"
